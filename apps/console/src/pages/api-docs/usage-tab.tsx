import { UsageSection } from '../usage/usage-section';
import { useApiCall } from './api-call';

/** How the API is used. Its requests as they happen have a tab of their own. */
export function UsageTab() {
  const { api } = useApiCall();
  return <UsageSection of={{ apiId: api.id }} />;
}
