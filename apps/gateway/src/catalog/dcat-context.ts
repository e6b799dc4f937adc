/** The vocabularies of a catalogue, within it: no reader has to fetch any. */
export const dcatContext = {
  dcat: 'http://www.w3.org/ns/dcat#',
  dcatap: 'http://data.europa.eu/r5r/',
  dct: 'http://purl.org/dc/terms/',
  eli: 'http://data.europa.eu/eli/ontology#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  hydra: 'http://www.w3.org/ns/hydra/core#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

/** Names a thing that is described elsewhere, and what it is: DCAT-AP asks for the class of each. */
export function thing(id: string, type: string): { '@id': string; '@type': string } {
  return { '@id': id, '@type': type };
}

/** Names a concept of a vocabulary, with what it is called. */
export function concept(id: string, label: string): object {
  return { '@id': id, '@type': 'skos:Concept', 'skos:prefLabel': { '@value': label, '@language': 'en' } };
}

export function moment(text: string): object {
  return { '@value': text, '@type': 'xsd:dateTime' };
}
