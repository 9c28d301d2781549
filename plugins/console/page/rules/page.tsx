import { Empty } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';

export default function RulesPage() {
  return (
    <>
      <PageHead title="Rules" />
      <Empty title="Nothing is shown here yet" />
    </>
  );
}
