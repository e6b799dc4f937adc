import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonLook } from './button';
import { complain, say } from './toasts';

const TOLD_MS = 2_000;

/** Copies a text and says so, or why it could not; the label keeps its width meanwhile. */
export function CopyButton({
  text,
  label,
  look,
  isDisabled,
  hideLabel,
}: {
  text: string | (() => Promise<string>);
  label: string;
  look?: ButtonLook;
  isDisabled?: boolean;
  /** The label is for those who do not see the picture. */
  hideLabel?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), TOLD_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await writeClipboard(typeof text === 'string' ? text : await text());
      setCopied(true);
    } catch (error) {
      complain(error);
    }
  };
  return (
    <Button
      look={hideLabel ? 'quiet' : look}
      isDisabled={isDisabled}
      aria-label={hideLabel ? label : undefined}
      onPress={() => void copy()}
    >
      {copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      {!hideLabel && label}
      <span role="status" style={{ position: 'absolute', clipPath: 'inset(50%)' }}>
        {copied ? 'Copied' : ''}
      </span>
    </Button>
  );
}

/** Copies a text where no button was pressed, and says so, or why it could not. */
export async function copyText(text: string): Promise<void> {
  try {
    await writeClipboard(text);
    say('Copied');
  } catch (error) {
    complain(error);
  }
}

/** The clipboard of the browser exists in secure contexts only; over plain HTTP a selection is copied instead. */
async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
