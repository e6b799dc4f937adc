import { LiveTail } from '../usage/live-tail';
import { useApiCall } from './api-call';

/** The requests of the API as they are answered. */
export function LiveTab() {
  const { api } = useApiCall();
  return <LiveTail of={{ apiId: api.id }} />;
}
