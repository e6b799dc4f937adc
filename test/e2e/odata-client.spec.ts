import { join } from 'node:path';
import { newerNode } from '../support/newer-node';
import { publishOrders } from '../support/odata-orders';
import { type Runner, runProgram, skippedBecause } from '../support/programs';
import { Publisher } from '../support/publisher';
import { pythonVenv } from '../support/python-venv';
import { useSharedStack } from '../support/use-stack';

const venv = pythonVenv(['python-odata==0.8.1']);
const clientRunner: Runner = venv.missing === undefined ? { file: 'main.py', command: [venv.python] } : venv;
const client = clientRunner.missing === undefined ? it : it.skip;

const { programs, missing } = newerNode();
const withPackage = programs ? it : it.skip;

describe('clients of OData', () => {
  const stack = useSharedStack();
  const publisher = new Publisher(stack);

  client(
    `in Python make classes of the schema, and read, filter and sort rows by them${skippedBecause(clientRunner)}`,
    async () => {
      const orders = await publishOrders(publisher, 'Client sets');
      const program = `
import json, os, xml.dom.minidom
import requests
from odata import ODataService
session = requests.Session()
session.auth = ("anybody", os.environ["TOKEN"])
url = os.environ["SERVICE"]
xml.dom.minidom.parseString(session.get(url + "$metadata").content)
service = ODataService(url, reflect_entities=True, session=session)
Orders = service.entities[os.environ["SET"]]
ids = lambda query: [row.order_id for row in query]
query = lambda: service.query(Orders)
print(json.dumps({
  "sets": sorted(service.entities),
  "all": ids(query()),
  "amount": str(query().filter(Orders.region == "US").first().amount),
  "day": query().filter(Orders.region == "US").first().day,
  "eu": ids(query().filter(Orders.region == "EU").filter(Orders.amount > 8)),
  "text": ids(query().filter(Orders.note.contains("It's"))),
  "sorted": ids(query().order_by(Orders.amount.desc()).limit(2)),
  "none": ids(query().filter(Orders.day == None)),
  "one": query().get(2).region,
}))
`;
      const { code, stdout, stderr } = await runProgram(clientRunner, program, {
        SERVICE: `${stack.url}/odata/`,
        TOKEN: orders.secret,
        SET: orders.set,
      });
      if (code !== 0) throw new Error(stdout + stderr);
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
        sets: [orders.rowSet, orders.set],
        all: [9007199254740992, 2, 3, 4],
        amount: '0.5',
        day: '2025-12-31',
        eu: [9007199254740992],
        text: [9007199254740992],
        sorted: [9007199254740992, 3],
        none: [4],
        one: 'US',
      });
    },
    120_000,
  );

  withPackage(
    `in JavaScript read, filter and sort rows${missing ? ` (skipped: ${missing})` : ''}`,
    async () => {
      const orders = await publishOrders(publisher, 'Package sets');
      const headers = { authorization: `Basic ${Buffer.from(`:${orders.secret}`).toString('base64')}` };
      const program = `
const { o } = require(${JSON.stringify(join(programs?.bin ?? '', '../odata'))});
const service = o(${JSON.stringify(`${stack.url}/odata/`)}, { headers: ${JSON.stringify(headers)} });
(async () => {
  const rows = await service.get(${JSON.stringify(orders.set)}).query({
    $filter: "region eq 'EU'", $orderby: 'amount desc', $select: 'region,amount',
  });
  console.log(JSON.stringify(rows));
})();`;
      const printed = await programs?.run('node', '-e', program);
      const { json } = await orders.ask(
        `/${orders.set}?$filter=region eq 'EU'&$orderby=amount desc&$select=region,amount`,
      );
      const { value } = json as { value: object[] };
      expect(value.length).toBeGreaterThan(1);
      expect(JSON.parse(printed ?? '')).toEqual(value);
    },
    120_000,
  );
});
