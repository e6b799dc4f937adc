import { z } from 'zod';
import { contract } from '../contract';
import { Field, FieldName } from '../fields';
import { DatasetId, VersionId } from '../ids';
import { Description, DisplayName } from '../names';
import { PageRequest, pageOf, searchedPageOf, searchRequest, Timestamp } from '../page';
import { ImportWarning, Reading } from './reading';

/** Fields that together name a row: one that is sent takes the place of the row with the same values in them. */
const KeyFields = z.array(FieldName).min(1).max(8);

const KeepVersions = z.int().min(1, 'at least 1').max(1_000, 'at most 1000');

/** A table that publishers fill with immutable versions; `fields` are those of its latest version. */
export const Dataset = z
  .object({
    id: DatasetId,
    name: z.string(),
    description: z.string(),
    latestVersion: z.int().nullable(),
    fields: z.array(Field),
    keyFields: KeyFields.nullable(),
    keepVersions: KeepVersions.nullable(),
    reading: Reading.nullable()
      .default(null)
      .meta({ description: 'How files of the dataset are read, as far as an upload does not say it' }),
    createdAt: Timestamp,
    revision: z.int(),
  })
  .meta({ id: 'Dataset' });
export type Dataset = z.infer<typeof Dataset>;

export const CreateDataset = z
  .object({ name: DisplayName, description: Description.default('') })
  .meta({ id: 'CreateDataset' });
export const UpdateDataset = z
  .strictObject({
    name: DisplayName.optional(),
    description: Description.optional(),
    keyFields: KeyFields.refine((names) => new Set(names).size === names.length, 'a field is named twice')
      .nullable()
      .optional()
      .meta({
        description:
          'Hold for the latest version, unless that has key fields already, and for all that follow; null: not for those that follow',
      }),
    reading: Reading.nullable().optional().meta({ description: 'How later files are read; null: guess all of it' }),
    keepVersions: KeepVersions.nullable().optional().meta({
      description: 'How many of the newest versions stay; older ones that no API needs are deleted; null: all stay',
    }),
  })
  .meta({ id: 'UpdateDataset' });

/** One immutable state of a dataset; numbers count 1, 2, 3 … in order of publication. */
export const Version = z
  .object({
    id: VersionId,
    datasetId: DatasetId,
    number: z.int(),
    rowCount: z
      .int()
      .meta({ description: 'Rows of its file and those that were sent since, also where they replaced others' }),
    seq: z.int().meta({ description: 'How many times rows were added to it since it was published' }),
    firstCommit: z
      .int()
      .nullable()
      .default(null)
      .meta({ description: 'The number of the commit that published it; later ones are this and `seq` together' }),
    byteSize: z.int().meta({ description: 'Bytes of the stored file' }),
    fields: z.array(Field),
    keyFields: KeyFields.nullable(),
    note: z.string(),
    reading: Reading.nullable()
      .default(null)
      .meta({ description: 'How its file was to be read, as far as somebody said so' }),
    warnings: z
      .array(ImportWarning)
      .default([])
      .meta({ description: 'What of its file could be read otherwise, or was changed' }),
    createdAt: Timestamp,
  })
  .meta({ id: 'Version' });
export type Version = z.infer<typeof Version>;

export const createDataset = contract({
  subject: 'catalogue.datasets.create',
  request: CreateDataset,
  reply: Dataset,
  errors: ['name_taken'],
});

export const getDataset = contract({
  subject: 'catalogue.datasets.get',
  isRead: true,
  calledBy: ['gateway', 'registry'],
  request: z.object({ datasetId: DatasetId }),
  reply: Dataset,
  errors: ['dataset_not_found'],
});

/** Members by which the list of datasets can be sorted, beside the time of creation. */
export const DATASET_SORTS = ['name'] as const;

export const listDatasets = contract({
  subject: 'catalogue.datasets.list',
  isRead: true,
  request: searchRequest(DATASET_SORTS),
  reply: searchedPageOf(Dataset),
  errors: ['cursor_mismatch'],
});

export const updateDataset = contract({
  subject: 'catalogue.datasets.update',
  request: UpdateDataset.extend({ datasetId: DatasetId, revision: z.int() }),
  reply: Dataset,
  errors: ['dataset_not_found', 'name_taken', 'revision_mismatch', 'invalid_request'],
  // Key fields are held against all rows.
  timeoutMs: 15_000,
});

/** Hides a dataset from registry (its `get` answers `dataset_not_found`) while the gateway asks whether an API uses it. */
export const markDatasetDeleting = contract({
  subject: 'catalogue.datasets.mark-deleting',
  request: z.object({ datasetId: DatasetId }),
  reply: z.object({}),
  errors: ['dataset_not_found'],
});

/** Lifts the mark again: an API uses the dataset. */
export const unmarkDatasetDeleting = contract({
  subject: 'catalogue.datasets.unmark-deleting',
  request: z.object({ datasetId: DatasetId }),
  reply: z.object({}),
  errors: [],
});

/** Deletes a marked dataset with all its versions; the files follow in the background. */
export const deleteDataset = contract({
  subject: 'catalogue.datasets.delete',
  request: z.object({ datasetId: DatasetId }),
  reply: z.object({}),
  errors: ['dataset_not_found'],
});

export const listVersions = contract({
  subject: 'catalogue.versions.list',
  isRead: true,
  request: PageRequest.extend({ datasetId: DatasetId }),
  reply: pageOf(Version),
  errors: ['dataset_not_found'],
});

/** Reads one version by number, or the latest one without it. */
export const getVersion = contract({
  subject: 'catalogue.versions.get',
  isRead: true,
  calledBy: ['gateway', 'registry'],
  request: z.object({ datasetId: DatasetId, number: z.int().min(1).optional() }),
  reply: Version,
  errors: ['dataset_not_found', 'version_not_found'],
});

const OneVersion = z.object({ datasetId: DatasetId, number: z.int().min(1) });

/** Hides a version that is not the latest from registry while the gateway asks whether an API serves it. */
export const markVersionDeleting = contract({
  subject: 'catalogue.versions.mark-deleting',
  calledBy: ['gateway', 'registry'],
  request: OneVersion,
  reply: z.object({}),
  errors: ['dataset_not_found', 'version_not_found', 'version_in_use'],
});

/** Lifts the mark again: an API serves the version. */
export const unmarkVersionDeleting = contract({
  subject: 'catalogue.versions.unmark-deleting',
  calledBy: ['gateway', 'registry'],
  request: OneVersion,
  reply: z.object({}),
  errors: [],
});

/** Deletes a marked version with the rows that were added to it; its files follow in the background. */
export const deleteVersion = contract({
  subject: 'catalogue.versions.delete',
  calledBy: ['gateway', 'registry'],
  request: OneVersion,
  reply: z.object({}),
  errors: ['version_not_found'],
});

export const MAX_SURPLUS_DATASETS = 100;

/** Versions that are older than those that their dataset keeps, dataset by dataset; whether an API needs them is not known here. */
export const listSurplusVersions = contract({
  subject: 'catalogue.versions.list-surplus',
  calledBy: ['registry'],
  request: z.object({ cursor: DatasetId.optional() }),
  reply: z.object({ versions: z.array(OneVersion), nextCursor: DatasetId.nullable() }),
  errors: [],
});
