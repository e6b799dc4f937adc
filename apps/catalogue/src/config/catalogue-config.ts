import { dirname, join } from 'node:path';
import { serviceEnvironment } from '@sluice/runtime/service-environment';
import { z } from 'zod';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const count = z.coerce.number().int().min(1);

/** The environment of the catalogue service. Sizes are in bytes. */
export const CatalogueConfig = serviceEnvironment.extend({
  /** The directory in which replicas keep what they can rebuild, each in one of its own. */
  SLUICE_CACHE_DIR: z.string().default('.sluice/cache'),
  SLUICE_CACHE_BYTES: count.default(20 * GIB),
  SLUICE_MAX_UPLOAD_BYTES: count.default(5 * GIB),
  SLUICE_MAX_UNPACKED_BYTES: count.default(20 * GIB),
  /** Rows of one version. */
  SLUICE_MAX_ROWS: count.default(100_000_000),
  /** An import waits so long for somebody to decide about it. */
  SLUICE_REVIEW_SECONDS: count.default(30 * 60),
  /** The program that converts files from outside; the one beside the service's own. */
  SLUICE_CONVERTER: z.string().default(() => join(dirname(process.argv[1] ?? ''), 'converter.js')),
  SLUICE_READ_MEMORY_BYTES: count.min(64 * MIB).default(256 * MIB),
  SLUICE_IMPORT_MEMORY_BYTES: count.min(64 * MIB).default(256 * MIB),
  /** Memory for rows rendered as JSON, for indexes of fields that rows are looked up by, and for fields' values in order. */
  SLUICE_ROW_BLOCK_BYTES: count.min(MIB).default(64 * MIB),
  SLUICE_KEY_INDEX_BYTES: count.default(64 * MIB),
  SLUICE_SORTED_INDEX_BYTES: count.default(128 * MIB),
  SLUICE_EXPORT_MEMORY_BYTES: count.min(64 * MIB).default(256 * MIB),
  /** Disk for results that are written before they are sent, and as much again for what DuckDB sorts on the disk. */
  SLUICE_EXPORT_BYTES: count.default(10 * GIB),
  /** Stored files of views, of all replicas together, and as much again on the disk of each. */
  SLUICE_VIEW_FILE_BYTES: count.default(10 * GIB),
  /** Exports from their first byte to their last; more are refused as `overloaded`. */
  SLUICE_OPEN_EXPORTS: count.default(64),
  /** Exports that are made at once; others wait their turn for each slice. */
  SLUICE_EXPORTS: count.max(64).default(4),
  /** Rows that are being sent, before they are stored; more are refused as `overloaded`. */
  SLUICE_SEND_BYTES: count.min(10 * MIB).default(64 * MIB),
  SLUICE_THREADS: count.max(64).default(2),
});
export type CatalogueConfig = z.output<typeof CatalogueConfig>;

export const CATALOGUE_CONFIG = Symbol('CatalogueConfig');
