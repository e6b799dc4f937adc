import { Link } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { buttonClass } from '../ui/button';

/** Leads editors from the lists to the one page on which a file becomes a live endpoint. */
export function PublishLink({ look }: { look: 'primary' | 'plain' }) {
  return (
    <Link to="/publish" className={buttonClass(look)}>
      <FileUp aria-hidden="true" />
      Publish a file
    </Link>
  );
}
