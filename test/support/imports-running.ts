import { createConnection } from 'mongoose';

/** Whether an import of the dataset is under way, as the catalogue's own database tells it. */
export async function importsRunning(mongoUrl: string, datasetId: string): Promise<boolean> {
  const connection = createConnection(mongoUrl, { dbName: 'sluice_catalogue', serverSelectionTimeoutMS: 1_000 });
  try {
    await connection.asPromise();
    const running = { datasetId, phase: { $nin: ['done', 'failed'] } };
    return (await connection.collection('imports').countDocuments(running)) > 0;
  } finally {
    await connection.close();
  }
}
