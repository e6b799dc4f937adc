import type { CreateDataset, Dataset, UpdateDataset, Version } from '@sluice/contracts/catalogue/datasets';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { type ListAsked, listQuery } from './lists';
import { request, requestList } from './request';

/** All that was asked about datasets. */
export const datasetsKey = ['datasets'];

export const datasetsQuery = (asked: ListAsked) => listQuery<Dataset>('datasets', asked);

export const datasetQuery = (id: string) =>
  queryOptions({
    queryKey: ['datasets', id],
    queryFn: ({ signal }) => request<Dataset>(`/datasets/${id}`, { signal }),
  });

export const versionsQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ['datasets', datasetId, 'versions'],
    queryFn: ({ signal }) => requestList<Version>(`/datasets/${datasetId}/versions`, signal),
  });

/** A version never changes. */
export const versionQuery = (datasetId: string, number: number) =>
  queryOptions({
    queryKey: ['datasets', datasetId, 'versions', number],
    queryFn: ({ signal }) => request<Version>(`/datasets/${datasetId}/versions/${number}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const createDataset = (body: z.input<typeof CreateDataset>, idempotencyKey?: string) =>
  request<Dataset>('/datasets', { method: 'POST', body, idempotencyKey });

export const updateDataset = ({ id, revision }: Dataset, body: z.input<typeof UpdateDataset>) =>
  request<Dataset>(`/datasets/${id}`, { method: 'PATCH', body, revision });

export const deleteVersion = (datasetId: string, number: number) =>
  request<void>(`/datasets/${datasetId}/versions/${number}`, { method: 'DELETE' });

export const deleteDataset = (id: string, keepalive?: boolean) =>
  request<void>(`/datasets/${id}`, { method: 'DELETE', keepalive });
