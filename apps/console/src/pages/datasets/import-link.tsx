import { Link } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { buttonClass } from '../../ui/button';

/** Leads to the page on which a file becomes a version of the dataset. */
export function ImportLink({ datasetId, look }: { datasetId: string; look: 'primary' | 'plain' }) {
  return (
    <Link to="/datasets/$datasetId/import" params={{ datasetId }} className={buttonClass(look)}>
      <Upload aria-hidden="true" />
      Import a version
    </Link>
  );
}
