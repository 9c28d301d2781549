import { Empty } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';

export default function OrderListPage() {
  return (
    <>
      <PageHead title="Orders" />
      <Empty title="Nothing is shown here yet" />
    </>
  );
}
