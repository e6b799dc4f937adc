// Names the parts that Swagger UI leaves without a name, and lets the keyboard scroll what only a mouse could (WCAG 2.2,
// 1.3.1, 2.1.1 and 4.1.2). It draws again at any time, so whatever comes into the page is looked at.

const MENDED = [
  ['.information-container', { role: 'region', 'aria-label': 'About' }],
  ['.scheme-container', { role: 'region', 'aria-label': 'Server and sign-in' }],
  ['.filter-container', { role: 'search' }],
  ['h3.opblock-tag, section.models > h4', { 'aria-level': '2' }],
  ['.opblock h4', { 'aria-level': '3' }],
  ['.opblock h5', { 'aria-level': '4' }],
  ['#servers', { 'aria-label': 'Server' }],
  ['select.content-type', { 'aria-label': 'Media type' }],
  ['textarea.body-param__text', { 'aria-label': 'Body' }],
  ['pre', { tabindex: '0' }],
];
const PARAMETER_INPUTS = 'tr[data-param-name] :is(input, select, textarea)';

/** Mends what is in an element, and what comes into it later. */
export function nameParts(root) {
  const mend = () => {
    for (const [selector, attributes] of MENDED) {
      for (const element of root.querySelectorAll(selector)) setAttributes(element, attributes);
    }
    for (const input of root.querySelectorAll(PARAMETER_INPUTS)) {
      setAttributes(input, { 'aria-label': input.closest('tr').dataset.paramName });
    }
  };
  new MutationObserver(mend).observe(root, { childList: true, subtree: true });
  mend();
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
