/** The pages: an entry each, with the address, what it needs to be offered, and its place in the navigation. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { PageProps, RouteParams } from './shell/route.js';

export interface PageRoute {
  /** `orders/:name` */
  pattern: string;
  title: (params: RouteParams) => string;
  permission: string;
  /** The word in the navigation; none: it is reached from another page, whose entry is marked. */
  navigation?: string;
  page: LazyExoticComponent<ComponentType<PageProps>>;
}

export const ROUTES: readonly PageRoute[] = [
  {
    pattern: 'orders',
    title: () => 'Orders',
    permission: 'ProductionOrder.Show',
    navigation: 'Orders',
    page: lazy(() => import('./orders/list-page.js')),
  },
  {
    pattern: 'orders/:name',
    title: ({ name }) => name ?? '',
    permission: 'ProductionOrder.Show',
    page: lazy(() => import('./orders/order-page.js')),
  },
  {
    pattern: 'orders/:name/synchronize',
    title: ({ name }) => `Synchronize ${name ?? ''}`,
    permission: 'ProductionOrder.Synchronize',
    page: lazy(() => import('./synchronize/page.js')),
  },
  {
    pattern: 'schedule',
    title: () => 'Schedule',
    permission: 'Schedule.Show',
    navigation: 'Schedule',
    page: lazy(() => import('./schedule/page.js')),
  },
  {
    pattern: 'rules',
    title: () => 'Rules',
    permission: 'Rules.Show',
    navigation: 'Rules',
    page: lazy(() => import('./rules/list-page.js')),
  },
  {
    pattern: 'rules/:id',
    title: ({ id }) => id ?? '',
    permission: 'Rules.Show',
    page: lazy(() => import('./rules/rule-page.js')),
  },
  {
    pattern: 'events',
    title: () => 'Events',
    permission: 'Events.Show',
    navigation: 'Events',
    page: lazy(() => import('./events/page.js')),
  },
];
