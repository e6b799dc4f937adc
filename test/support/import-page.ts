import type { useConsole } from './console-page';

/** The page of an import, as its publisher uses it. */
export function useImportPage(console: ReturnType<typeof useConsole>) {
  /** Chooses a file on the import page and sends it. */
  async function upload(file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const { page } = console;
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /Choose (a|another) file/ }).click();
    await (await chooser).setFiles(file);
    await page.getByRole('button', { name: 'Upload' }).click();
  }

  async function choose(field: string, type: string): Promise<void> {
    const { page } = console;
    await page.getByRole('button', { name: new RegExp(`Type of ${field}`) }).click();
    await page.getByRole('option', { name: type }).click();
  }

  const review = () => console.page.getByRole('heading', { name: 'Look it over, then publish' }).waitFor();
  const publish = () => console.page.getByRole('button', { name: 'Publish' }).click();

  return { upload, choose, review, publish };
}
