import type { Api } from '@sluice/contracts/registry/apis';
import { Link } from '@tanstack/react-router';
import { Database, Link2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { Select } from '../../ui/select';
import css from './api-docs.module.css';
import { type FileTool, fileAddress, fileRecipes } from './file-recipes';
import { LinkDialog } from './link-dialog';

const tools = Object.keys(fileRecipes) as FileTool[];

interface FilesProps {
  api: Api;
  url: string;
  /** The API's own parameters, as they stand in the form. */
  parameters: string;
  query: string;
  tokenId: string | null;
}

/** The API as a file, for tools that read those: its address, how they are told of it, and links for those that send no token. */
export function FilesCard({ api, url, parameters, query, tokenId }: FilesProps) {
  const [tool, setTool] = useState<FileTool>('duckdb');
  const [linking, setLinking] = useState(false);
  const mayEdit = useMay('editor');
  const subject = { url: new URL(url, window.location.origin).href, parameters };
  const address = fileAddress(subject);
  const { hint } = fileRecipes[tool];
  const code = fileRecipes[tool].code(subject);
  return (
    <Card
      title="Files & links"
      actions={
        mayEdit && (
          <>
            <Link to="/apis/$apiId/query" params={{ apiId: api.id }} className={buttonClass()}>
              <Database aria-hidden="true" />
              Query in the browser
            </Link>
            <Button onPress={() => setLinking(true)} isDisabled={tokenId === null}>
              <Link2 aria-hidden="true" />
              Make a link
            </Button>
          </>
        )
      }
    >
      <p className={css.url}>
        <Badge tone="good">Parquet</Badge>
        <code>{address}</code>
      </p>
      <div className={css.fileHead}>
        <p className={css.hint}>All that the API shows, as one file that is read by ranges.</p>
        <CopyButton text={address} label="Copy file address" />
      </div>
      <div className={css.snippetHead}>
        <Select
          label="Tool"
          hideLabel
          choices={tools.map((id) => ({ id, label: fileRecipes[id].name }))}
          value={tool}
          onChange={(id) => setTool(tools.find((each) => each === id) ?? tool)}
        />
        <CopyButton text={code} label="Copy recipe" />
      </div>
      <section className={css.code} aria-label="Recipe" tabIndex={0}>
        <pre>{code}</pre>
      </section>
      <p className={css.hint}>{hint}</p>
      {linking && <LinkDialog api={api} query={query} tokenId={tokenId} onClose={() => setLinking(false)} />}
    </Card>
  );
}
