/**
 * What a third party's Post hook looks like that calls out: here a printer in each facility, some of which do not
 * answer. A hook that fails is tried again, and its event is parked in the end; it must not mind being run twice.
 */
import type { PluginSetup } from '../../index.js';

export const plugin: PluginSetup = (settings) => {
  const unreachable = settings.unreachable as string[];
  return {
    post: {
      'ProductionOrder.Release.Post': ({ snapshot: { order } }) => {
        const facility = order.facility ?? 'the warehouse';
        if (unreachable.includes(facility)) {
          const reason = `The label printer of ${facility} does not answer`;
          return Promise.reject(new Error(`${reason} (connection to port 9100 timed out)`));
        }
        return Promise.resolve({ effect: { label: order.name, printer: facility } });
      },
    },
  };
};
