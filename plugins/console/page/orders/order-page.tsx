import { Empty } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';

export default function OrderPage() {
  return (
    <>
      <PageHead title="Order" />
      <Empty title="Nothing is shown here yet" />
    </>
  );
}
