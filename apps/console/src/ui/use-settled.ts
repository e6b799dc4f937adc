import { useEffect, useState } from 'react';

/** Gives a text as it was once nobody had changed it for so long. */
export function useSettled<Text extends string | null>(text: Text, pauseMs: number): Text {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return settled;
}
