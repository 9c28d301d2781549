import { Empty } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';

export default function EventsPage() {
  return (
    <>
      <PageHead title="Events" />
      <Empty title="Nothing is shown here yet" />
    </>
  );
}
