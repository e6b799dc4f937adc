import { answerTo } from './publisher';

/** Reads a set as Power Query does: the service document, the schema it names, the set, and every next link. */
export async function readODataRows(service: string, set: string, headers: Record<string, string>) {
  const ask = async (url: string) => {
    const answer = await answerTo(url, { headers });
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    return answer;
  };
  const document = (await ask(service)).json as { '@odata.context': string; value: { name: string; url: string }[] };
  const schema = await ask(document['@odata.context']);
  if (!schema.text.includes(`<EntitySet Name="${set}"`)) throw new Error(schema.text);
  const found = document.value.find(({ name }) => name === set);
  const rows: Record<string, unknown>[] = [];
  let answers = 0;
  for (let next: string | undefined = new URL(found?.url ?? '', service).href; next !== undefined; answers++) {
    const page = (await ask(next)).json as { value: Record<string, unknown>[]; '@odata.nextLink'?: string };
    rows.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return { rows, answers };
}
