/**
 * Procedures that a host calls after an operation on an order, in its own transaction (design 3.6):
 * `exec orderwright.ProductionOrder_Release_Post @name = N'PO-1', @requestId = N'...'`. They write one row to the queue.
 * The row of the order is read as the transaction has left it, so that there is nothing to wait for: a host that rolls
 * back takes the event with it. A transition that a trigger, or the same request, has stored already adds nothing.
 */
import { KERNEL_OPERATIONS } from '../../../core/hooks/hook-point.js';
import type { Names } from '../../../ports/migration.js';
import { HOST, NOW } from './event-triggers.js';
import { text } from './made-anew.js';
import { quoted } from './quoted.js';

/** A procedure with what follows `create`. */
export interface Procedure {
  name: string;
  definition: string;
}

/** How long one call waits for another of the same request. */
const WAIT_MS = 5_000;

export function eventProcedures(names: Names): Procedure[] {
  return KERNEL_OPERATIONS.map((operation) => {
    const name = names.table(`orderwright.ProductionOrder_${operation}_Post`);
    return { name, definition: `procedure ${quoted(name)} ${bodyOf(names, `ProductionOrder.${operation}`)}` };
  });
}

function bodyOf(names: Names, operation: string): string {
  const queue = quoted(names.table('orderwright.HookEvent'));
  const orders = quoted(names.table('orderwright.HostProductionOrder'));
  const known = `e.[Operation] = ${text(operation)} and e.[Subject] = @name`;
  return `@name nvarchar(400), @requestId nvarchar(400) = null, @correlationId nvarchar(400) = null,
  @actor nvarchar(400) = null, @input nvarchar(max) = null as
begin
  set nocount on;
  set rowcount 0;
  if @requestId is not null and @@trancount > 0
  begin
    declare @resource nvarchar(255) = N'orderwright:request:' + left(@requestId, 200);
    exec sp_getapplock @Resource = @resource, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = ${WAIT_MS};
  end;
  insert into ${queue} ([Operation], [Subject], [Series], [ProductionOrder], [HostId], [RowVersion], [ToState], [ToUniversalState],
    [Door], [Actor], [RequestId], [CorrelationId], [Input], [State], [Awaits], [Attempts], [StoredAt], [AvailableAt])
  select ${text(operation)}, n.[Name], n.[Name], n.[Name], cast(h.[Id] as nvarchar(40)), cast(h.[RowVersion] as nvarchar(40)),
    cast(h.[State] as nvarchar(40)), cast(h.[UniversalState] as nvarchar(40)), N'report', coalesce(@actor, ${text(HOST)}), @requestId,
    coalesce(@correlationId, @requestId), case when isjson(@input) = 1 and left(ltrim(@input), 1) = N'{' then @input end,
    N'pending', 0, 0, ${NOW}, 0
    from (select @name as [Name]) as n left join ${orders} as h on h.[Name] = n.[Name]
   where not exists (select 1 from ${queue} as e where ${known} and e.[RequestId] = @requestId)
     and not exists (select 1 from ${queue} as e where ${known} and e.[RowVersion] = cast(h.[RowVersion] as nvarchar(40)));
end`;
}
