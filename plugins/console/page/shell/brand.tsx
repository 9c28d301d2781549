export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
        <path d="M5 9h13M5 16h20M5 23h9" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
        <circle className="brand-dot" cx="25" cy="9" r="2.8" />
        <circle className="brand-dot" cx="21" cy="23" r="2.8" />
      </svg>
      orderwright
    </span>
  );
}
