import { Download } from 'lucide-react';
import { exportAddress, type RowsOf } from '../../server/rows';
import { ActionMenu } from '../../ui/menu';
import { formatNames, formats } from '../../ui/names';

/** Downloads all rows that fit the query, in any format. */
export function DownloadMenu({ version: { datasetId, number }, query }: { version: RowsOf; query: string }) {
  return (
    <ActionMenu
      label="Download"
      picture={Download}
      actions={formats.map((format) => ({
        label: `Download as ${formatNames[format]}`,
        picture: Download,
        run: () => window.location.assign(exportAddress(datasetId, number, format, query)),
      }))}
    />
  );
}
