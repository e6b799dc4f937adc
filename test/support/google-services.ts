/**
 * What Google gives scripts, as far as our snippets use it: requests over curl, since those of scripts do not wait. What
 * is written into the sheet goes to the standard output, as JSON.
 */
export const googleServices = `
import { spawnSync } from "node:child_process";
const PropertiesService = { getScriptProperties: () => ({ getProperty: (name) => process.env[name] }) };
const Utilities = {
  getUuid: () => crypto.randomUUID(),
  parseCsv: (text) =>
    text.trimEnd().split(/\\r\\n/).map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare)),
};
const Logger = { log: console.log };
const sheet = { clearContents: () => sheet, getRange: () => sheet, setValues: (rows) => console.log(JSON.stringify(rows)) };
const SpreadsheetApp = { getActiveSheet: () => sheet };
const UrlFetchApp = {
  fetch(address, { headers, method = "get", contentType = "", payload }) {
    const fields = { ...headers, ...(contentType && { "Content-Type": contentType }) };
    const sent = Object.entries(fields).flatMap((field) => ["--header", field.join(": ")]);
    const body = payload === undefined ? [] : ["--data-raw", payload];
    const args = ["-sg", "-w", "%{stderr}%{header_json}", "-X", method.toUpperCase(), ...sent, ...body, address];
    const { stdout, stderr } = spawnSync("curl", args, { encoding: "utf8", maxBuffer: 1e9 });
    const { link } = JSON.parse(stderr);
    return {
      getContentText: () => stdout,
      getHeaders: () => ({ Link: link?.[0] }),
    };
  },
};
`;
