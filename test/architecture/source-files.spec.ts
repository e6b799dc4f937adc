import { read, sources } from './sources';

describe('source files', () => {
  it('have at most 300 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 301);
    expect(long).toEqual([]);
  });

  it('are no barrels and carry no switched-off checks', () => {
    const pattern = /^export \* from|@ts-ignore|@ts-nocheck|biome-ignore/m;
    expect(sources.filter((path) => !path.endsWith('source-files.spec.ts') && pattern.test(read(path)))).toEqual([]);
  });
});
