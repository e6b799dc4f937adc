import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@sluice/contracts/contract';
import {
  type Admin,
  getAdmin,
  inviteAdmin,
  listAdmins,
  removeAdmin,
  updateAdmin,
} from '@sluice/contracts/tokens/admins';
import { Handles } from '@sluice/messaging/handles';
import { AdminsService } from './admins.service';

@Controller()
export class AdminsController {
  constructor(private readonly admins: AdminsService) {}

  @Handles(listAdmins)
  list(request: RequestOf<typeof listAdmins>): Promise<ReplyOf<typeof listAdmins>> {
    return this.admins.list(request);
  }

  @Handles(getAdmin)
  get(request: RequestOf<typeof getAdmin>): Promise<Admin> {
    return this.admins.get(request.adminId);
  }

  @Handles(inviteAdmin)
  invite(request: RequestOf<typeof inviteAdmin>): Promise<ReplyOf<typeof inviteAdmin>> {
    return this.admins.invite(request);
  }

  @Handles(updateAdmin)
  update(request: RequestOf<typeof updateAdmin>): Promise<Admin> {
    return this.admins.update(request);
  }

  @Handles(removeAdmin)
  async remove(request: RequestOf<typeof removeAdmin>): Promise<Record<string, never>> {
    await this.admins.remove(request.adminId);
    return {};
  }
}
