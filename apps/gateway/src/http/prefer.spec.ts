import { prefersAbsoluteLinks } from './prefer';

describe('a preference', () => {
  it.each([
    'links=absolute',
    'Links = "absolute"',
    'handling=lenient, links=absolute',
    'wait=5; x=y ,links=absolute; z',
  ])('is found among others: %s', (header) => {
    expect(prefersAbsoluteLinks(header)).toBe(true);
  });

  it.each([undefined, '', 'links', 'links=relative', 'links=absolutely', 'nolinks=absolute', 'x="links"'])(
    'is not taken for another: %s',
    (header) => {
      expect(prefersAbsoluteLinks(header)).toBe(false);
    },
  );
});
