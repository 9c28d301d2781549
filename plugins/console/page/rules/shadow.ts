/**
 * Where CodeMirror writes its styles. In the document it would insert a style element, which the policy of the page
 * forbids; in a shadow tree it makes style sheets in code, which the policy lets pass.
 */
export function shadowOf(host: HTMLElement): { root: ShadowRoot; parent: HTMLElement } {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const parent = document.createElement('div');
  parent.style.height = '100%';
  root.replaceChildren(parent);
  return { root, parent };
}
