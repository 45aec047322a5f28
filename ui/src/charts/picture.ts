// A chart's SVG, made by Rust, as nodes of this page. Labels in it are names that a person typed, so nothing is taken
// that could act: only drawing elements, only drawing attributes, no style, no address outside the picture.

const SVG = 'http://www.w3.org/2000/svg';

const ELEMENTS = new Set([
  'svg', 'g', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan', 'title', 'desc',
  'defs', 'pattern', 'clipPath', 'mask', 'symbol', 'use', 'marker',
]);

const ATTRIBUTES = new Set([
  'id', 'class', 'viewBox', 'width', 'height', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'd',
  'dx', 'dy', 'points', 'transform', 'fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-opacity',
  'stroke-dasharray', 'stroke-dashoffset', 'stroke-linecap', 'stroke-linejoin', 'stroke-miterlimit', 'opacity',
  'font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor', 'dominant-baseline', 'alignment-baseline',
  'letter-spacing', 'clip-path', 'clip-rule', 'mask', 'patternUnits', 'patternContentUnits', 'patternTransform',
  'clipPathUnits', 'maskUnits', 'preserveAspectRatio', 'shape-rendering', 'vector-effect', 'href', 'markerWidth',
  'markerHeight', 'refX', 'refY', 'orient', 'overflow', 'paint-order', 'visibility',
]);

/** The picture as a node, its ids made unique with `prefix`; nothing when the text is not an SVG. */
export function picture(svg: string, prefix: string): SVGSVGElement | undefined {
  const read = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  if (read.namespaceURI !== SVG || read.localName !== 'svg') return undefined;
  return copy(read, prefix) as SVGSVGElement;
}

function copy(from: Element, prefix: string): SVGElement {
  const to = document.createElementNS(SVG, from.localName);
  for (const { name, value } of from.attributes) {
    if (!ATTRIBUTES.has(name)) continue;
    const kept = attribute(name, value, prefix);
    if (kept !== undefined) to.setAttribute(name, kept);
  }
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE || child.nodeType === Node.CDATA_SECTION_NODE) {
      to.append(child.textContent ?? '');
    } else if (child instanceof Element && child.namespaceURI === SVG && ELEMENTS.has(child.localName)) {
      to.append(copy(child, prefix));
    }
  }
  return to;
}

function attribute(name: string, value: string, prefix: string): string | undefined {
  if (name === 'id') return prefix + value;
  if (name === 'href') return value.startsWith('#') ? `#${prefix}${value.slice(1)}` : undefined;
  if (!value.includes('url(')) return value;
  // A fill may point at a pattern of the same picture, and at nothing else.
  const inside = /^url\(\s*["']?#([^"')]+)["']?\s*\)(.*)$/.exec(value);
  return inside ? `url(#${prefix}${inside[1]})${inside[2]}` : undefined;
}
