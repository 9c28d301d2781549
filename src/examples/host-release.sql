-- A stored procedure of a host that can not call out over HTTP: it releases an order of the reference MES and tells
-- orderwright so in its own transaction. If it rolls back, there is no event; nobody outside is waited for.
--
-- - The procedure of orderwright is called last, so that its locks are held for the shortest time.
-- - @requestId names the caller's request, not the attempt: who repeats a call that timed out repeats the id with it, and
--   both come to one event. A trigger on the table that has stored the same transition makes no difference either.
-- - The host's login takes EXECUTE on the procedure and nothing else of the schema orderwright:
--     grant execute on [orderwright].[ProductionOrder_Release_Post] to [the_hosts_role]
-- - A host that is to be stopped asks before it acts: see critical-manufacturing-dee.cs for the call of Pre. This door
--   tells after the fact: what a rule would have refused is journalled and shown on the order, and stays released.
create or alter procedure [mes].[ReleaseProductionOrder]
  @name nvarchar(400), @plannedStart nvarchar(40), @plannedEnd nvarchar(40),
  @requestId nvarchar(400), @actor nvarchar(400)
as
begin
  set nocount on;
  -- Whatever fails takes the whole transaction with it: no order is released without its event.
  set xact_abort on;
  begin try
    begin transaction;

    update [mes].[ProductionOrder]
       set [State] = N'Released', [PlannedStart] = @plannedStart, [PlannedEnd] = @plannedEnd
     where [Name] = @name and [State] = N'Created' and [UniversalState] = N'Active';
    if @@rowcount <> 1
      throw 50001, 'There is no active order of this name in the state Created.', 1;

    declare @input nvarchar(max) =
      N'{"plannedStart":"' + string_escape(@plannedStart, 'json') + N'","plannedEnd":"' + string_escape(@plannedEnd, 'json') + N'"}';
    exec [orderwright].[ProductionOrder_Release_Post]
      @name = @name, @requestId = @requestId, @correlationId = @requestId, @actor = @actor, @input = @input;

    commit transaction;
  end try
  begin catch
    if xact_state() <> 0 rollback transaction;
    throw;
  end catch;
end
