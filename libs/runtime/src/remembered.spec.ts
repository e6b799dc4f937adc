import { remembered } from './remembered';

describe('a remembered function', () => {
  it('works out its result once for each object', () => {
    const make = jest.fn(({ name }: { name: string }) => ({ text: name }));
    const textOf = remembered(make);
    const [one, other] = [{ name: 'one' }, { name: 'one' }];
    expect(textOf(one)).toBe(textOf(one));
    expect(textOf(other)).not.toBe(textOf(one));
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('remembers an empty text too', () => {
    const make = jest.fn(() => '');
    const textOf = remembered<object, string>(make);
    const one = {};
    expect([textOf(one), textOf(one)]).toEqual(['', '']);
    expect(make).toHaveBeenCalledTimes(1);
  });
});
