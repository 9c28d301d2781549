import { Empty } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';

export default function SynchronizePage() {
  return (
    <>
      <PageHead title="Synchronize" />
      <Empty title="Nothing is shown here yet" />
    </>
  );
}
