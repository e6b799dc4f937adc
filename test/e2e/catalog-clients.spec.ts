import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { answerTo, Publisher } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const PAGE_APIS = 100;
const settings = {
  license: 'https://creativecommons.org/licenses/by/4.0/',
  contact: { name: 'Data office', email: 'data@example.com', page: 'https://example.com/data' },
  theme: 'ENVI' as const,
  updateFrequency: 'DAILY' as const,
  hvdCategory: 'c_dd313021' as const,
};

function runnerWith(packages: string[]): Runner {
  const venv = pythonVenv(packages);
  return venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
}
const shacl = runnerWith(['pyshacl==0.40.1']);
const tools = runnerWith(['frictionless==5.21.0', 'mlcroissant==1.1.1']);

describe('a catalogue of more APIs than a page has, read without a token', () => {
  const stack = useStack({
    env: {
      SLUICE_CATALOG_TITLE: 'Data of the town',
      SLUICE_CATALOG_PUBLISHER: 'The town',
      SLUICE_CATALOG_PAGE: 'https://town.example/',
    },
  });
  const publisher = new Publisher(stack);
  const names = Array.from({ length: PAGE_APIS + 5 }, (_, at) => `Air ${String(at).padStart(3, '0')}`);

  beforeAll(async () => {
    const { id: datasetId } = await publisher.dataset('Air');
    await publisher.version(datasetId, 'csv', 'at,value\n2026-01-01,1.5\n');
    for (const name of names) await publisher.api({ name, datasetId, active: true, listed: true, ...settings });
    const last = `${stack.url}/api/air-${names.length - 1}/_openapi.json`;
    await waitFor('the last to be listed', async () => (await answerTo(last)).status === 200);
  }, 120_000);

  (shacl.missing === undefined ? it : it.skip)(
    `is DCAT-AP 3 on each page, without a fetch, and names each API once${skippedBecause(shacl)}`,
    async () => {
      const program = `
import json, os, urllib.request
from pyshacl import validate
from rdflib import Graph, Namespace, RDF, DCTERMS, URIRef
DCAT, HYDRA, FOAF = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://www.w3.org/ns/hydra/core#"), Namespace("http://xmlns.com/foaf/0.1/")
shapes = Graph().parse(data=os.environ["SHAPES"], format="turtle")
url, pages, titles, faults = os.environ["URL"], 0, [], []
while url:
    graph = Graph().parse(data=urllib.request.urlopen(url).read(), format="json-ld")
    conforms, _, text = validate(graph, shacl_graph=shapes, inference="none")
    if not conforms: faults.append(text[:3000])
    titles += [str(graph.value(each, DCTERMS.title)) for each in graph.subjects(RDF.type, DCAT.Dataset)]
    catalog = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    publisher = graph.value(catalog, DCTERMS.publisher)
    view = graph.value(catalog, HYDRA.view)
    following = graph.value(view, HYDRA.next)
    url, pages = following and str(following), pages + 1
broken = Graph() + graph
broken.remove((None, DCAT.accessURL, None))
print(json.dumps({
  "faults": faults, "pages": pages, "titles": sorted(titles),
  "about": [str(graph.value(catalog, DCTERMS.title)), str(graph.value(publisher, FOAF.name)), str(graph.value(publisher, FOAF.homepage))],
  "notices": not validate(broken, shacl_graph=shapes)[0],
}))
`;
      const SHAPES = await readFile(join(projectRoot, 'test/cases/dcat-ap-3.shacl.ttl'), 'utf8');
      const { stdout, stderr } = await runProgram(shacl, program, { SHAPES, URL: `${stack.url}/catalog.jsonld` });
      if (!stdout) throw new Error(stderr);
      expect(JSON.parse(stdout)).toEqual({
        faults: [],
        pages: 2,
        titles: names,
        about: ['Data of the town', 'The town', 'https://town.example/'],
        notices: true,
      });
    },
    120_000,
  );

  (tools.missing === undefined ? it : it.skip)(
    `has descriptions that tools of Data Packages and Croissant take, with licence and contact${skippedBecause(tools)}`,
    async () => {
      const program = `
import json, os, frictionless, mlcroissant, urllib.request
read = lambda name: json.load(urllib.request.urlopen(os.environ["BASE"] + "/" + name))
package = read("_datapackage.json")
faults = [error.note for error in frictionless.Package.metadata_validate(package)]
metadata = mlcroissant.Dataset(jsonld=read("_croissant.json")).metadata
print(json.dumps({
  "faults": faults, "licenses": package["licenses"], "contributors": package["contributors"],
  "errors": sorted(metadata.issues.errors), "license": metadata.license, "creators": [[each.name, each.email, each.url] for each in metadata.creators],
}))
`;
      const { stdout, stderr } = await runProgram(tools, program, { BASE: `${stack.url}/api/air-000` });
      const last = stdout.trim().split('\n').at(-1);
      if (!last) throw new Error(stderr);
      const { name, email, page } = settings.contact;
      expect(JSON.parse(last)).toEqual({
        faults: [],
        licenses: [{ name: 'CC-BY-4.0', path: settings.license }],
        contributors: [{ title: name, roles: ['contact'], email, path: page }],
        errors: [],
        license: [settings.license],
        creators: [[name, email, page]],
      });
    },
    120_000,
  );
});
