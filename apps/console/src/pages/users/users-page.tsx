import { PageHeader } from '../../shell/page-header';

export function UsersPage() {
  return <PageHeader title="Users" about="Who manages this installation." />;
}
