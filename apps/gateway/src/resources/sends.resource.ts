import { Injectable } from '@nestjs/common';
import { Sends } from '../sending/sends';
import type { DataCall, Resource } from './resource';

/** `POST {path}`: rows for the dataset. */
@Injectable()
export class SendsResource implements Resource {
  constructor(private readonly sends: Sends) {}

  answer({ request, reply, route, charge }: DataCall): Promise<void> {
    return this.sends.send(request, reply, route, charge);
  }
}
