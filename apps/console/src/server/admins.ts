import type {
  Admin,
  AdminKey,
  CreateAdminKey,
  CreatedAdminKey,
  InviteAdmin,
  InvitedAdmin,
  PasswordLink,
  UpdateAdmin,
} from '@sluice/contracts/tokens/admins';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { type ListAsked, listQuery } from './lists';
import { request, requestList } from './request';

/** All that was asked about admins. */
export const adminsKey = ['admins'];

export const adminsQuery = (asked: ListAsked) => listQuery<Admin>('admins', asked);

export const adminKeysQuery = (adminId: string) =>
  queryOptions({
    queryKey: ['admins', adminId, 'keys'],
    queryFn: ({ signal }) => requestList<AdminKey>(`/admins/${adminId}/keys`, signal),
  });

export const inviteAdmin = (body: z.input<typeof InviteAdmin>) =>
  request<z.output<typeof InvitedAdmin>>('/admins/invites', { method: 'POST', body });

export const updateAdmin = ({ id, revision }: Admin, body: z.input<typeof UpdateAdmin>) =>
  request<Admin>(`/admins/${id}`, { method: 'PATCH', body, revision });

export const createPasswordLink = (id: string) =>
  request<z.output<typeof PasswordLink>>(`/admins/${id}/reset`, { method: 'POST' });

export const removeAdmin = (id: string) => request<void>(`/admins/${id}`, { method: 'DELETE' });

export const createAdminKey = (adminId: string, body: z.input<typeof CreateAdminKey>) =>
  request<z.output<typeof CreatedAdminKey>>(`/admins/${adminId}/keys`, { method: 'POST', body });

export const revokeAdminKey = (adminId: string, keyId: string) =>
  request<void>(`/admins/${adminId}/keys/${keyId}`, { method: 'DELETE' });
