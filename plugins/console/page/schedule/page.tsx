import { Empty } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';

export default function SchedulePage() {
  return (
    <>
      <PageHead title="Schedule" />
      <Empty title="Nothing is shown here yet" />
    </>
  );
}
