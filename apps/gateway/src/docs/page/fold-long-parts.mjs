// Folds what is long in an operation: each field has several filters, and each operation some twenty refusals that look alike.

/** So many fields have their plain filter in sight. */
const FIELDS_SHOWN = 8;

/** A plugin of Swagger UI. Documents tell by `x-filter` which parameters are filters, and by which operator. */
export function foldLongParts() {
  return {
    wrapComponents: {
      parameters: withFold('parameters', plainParameters, 'filters'),
      responses: withFold('responses', goodAnswers, 'answers: refusals and failures'),
    },
  };
}

/** What is no filter, and of the first fields the filter without an operator. */
function plainParameters(parameters) {
  let fields = 0;
  return parameters.filter((parameter) => {
    const filter = parameter.get('x-filter');
    return filter === undefined || (filter === 'eq' && fields++ < FIELDS_SHOWN);
  });
}

function goodAnswers(responses) {
  return responses.filter((_response, status) => status < '400');
}

/** Draws of one property what `choose` leaves of it, and a button for the rest. */
function withFold(property, choose, what) {
  return (Part, { React }) =>
    function Folded(props) {
      const [isOpen, setOpen] = React.useState(false);
      const shown = choose(props[property]);
      const foldedCount = props[property].size - shown.size;
      if (foldedCount === 0) return React.createElement(Part, props);
      return React.createElement(
        React.Fragment,
        null,
        React.createElement(Part, isOpen ? props : { ...props, [property]: shown }),
        React.createElement(
          'button',
          { type: 'button', className: 'btn fold', 'aria-expanded': isOpen, onClick: () => setOpen(!isOpen) },
          isOpen ? `Fold ${foldedCount} ${what}` : `Show ${foldedCount} more ${what}`,
        ),
      );
    };
}
