import { PageHeader } from '../../shell/page-header';
import { LiveTail } from './live-tail';
import { UsageSection } from './usage-section';

export function UsagePage() {
  return (
    <UsageSection
      of={{}}
      title={
        <PageHeader title="Usage" about="How often, how much and how fast the APIs are called, over all gateways." />
      }
    >
      <LiveTail of={{}} />
    </UsageSection>
  );
}
