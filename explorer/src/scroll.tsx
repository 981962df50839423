import type { ComponentChildren, Ref } from "preact";

interface Props {
  label: string;
  kind?: string;
  box?: Ref<HTMLElement>;
  onScroll?: (top: number) => void;
  children: ComponentChildren;
}

/** A part of the page that scrolls by itself. */
export function Scroll({ label, kind = "", box, onScroll, children }: Props) {
  return (
    <section
      ref={box ?? null}
      class={`scroll ${kind}`}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      onScroll={(event) => onScroll?.(event.currentTarget.scrollTop)}
    >
      {children}
    </section>
  );
}
