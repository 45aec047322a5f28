import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mark, Scene } from '../bindings';
import { picture } from '../charts/picture';
import { nearest, step } from '../charts/steps';
import Chart from './Chart.svelte';

const mark = (index: number, series: string, value: string, px: number, py: number): Mark => ({
  index,
  series,
  value,
  px,
  py,
  label: `Year ${index + 1}`,
});

// Fjord has no point in year 2.
const marks = [
  mark(0, 'Northwind', '$251k', 100, 60),
  mark(0, 'Fjord', '$254k', 110, 50),
  mark(1, 'Northwind', '$232k', 200, 80),
  mark(2, 'Northwind', '$226k', 300, 90),
  mark(2, 'Fjord', '$244k', 310, 70),
];

const scene: Scene = {
  svg: '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="5" height="5"/></svg>',
  width: 400,
  height: 200,
  plot: { x: 40, y: 10, width: 340, height: 160 },
  marks,
  alt: 'Fjord is worth more in each year.',
  table: { columns: ['Year', 'Northwind', 'Fjord'], rows: [['Year 1', '$251k', '$254k']] },
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const keys = () => userEvent.setup({ advanceTimers: vi.advanceTimersByTime });

async function read(): Promise<string> {
  await vi.advanceTimersByTimeAsync(600);
  return screen.getByTestId('chart-reading').textContent ?? '';
}

describe('a chart', () => {
  it('is named by its result and steps through its points by keyboard', async () => {
    render(Chart, { scene, label: 'Value by year' });
    const user = keys();
    expect(screen.getByRole('img', { name: scene.alt })).toBeTruthy();
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole('application'));
    await user.keyboard('{ArrowRight}');
    expect(await read()).toBe('Year 1, Northwind: $251k');
    await user.keyboard('{ArrowDown}');
    expect(await read()).toBe('Year 1, Fjord: $254k');
    await user.keyboard('{End}');
    expect(await read()).toBe('Year 3, Fjord: $244k');
    await user.keyboard('{ArrowRight}');
    expect(await read()).toBe('Year 3, Fjord: $244k');
    await user.keyboard('{ArrowUp}');
    expect(await read()).toBe('Year 3, Northwind: $226k');
    await user.keyboard('{Home}');
    expect(await read()).toBe('Year 1, Northwind: $251k');
  });

  it('reads at most twice a second while a key is held, and always the last point', async () => {
    render(Chart, { scene, label: 'Value by year' });
    const user = keys();
    await user.tab();
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
    expect(screen.getByTestId('chart-reading').textContent).toBe('Year 1, Northwind: $251k');
    expect(await read()).toBe('Year 3, Northwind: $226k');
  });

  it('stays at the same point when a new scene comes', async () => {
    const { container, rerender } = render(Chart, { scene, label: 'Value by year' });
    const user = keys();
    await user.tab();
    await user.keyboard('{End}');
    await rerender({ scene: { ...scene, marks: marks.map((old) => ({ ...old, py: old.py + 7 })) } });
    expect(container.querySelector('circle.point')?.getAttribute('cy')).toBe('97');
  });

  it('shows the same data as a table', async () => {
    render(Chart, { scene, label: 'Value by year' });
    const user = keys();
    await user.click(screen.getByRole('button', { name: 'Show as table' }));
    expect(screen.getByRole('columnheader', { name: 'Fjord' })).toBeTruthy();
    expect(screen.getByRole('rowheader', { name: 'Year 1' })).toBeTruthy();
    expect(screen.getByRole('cell', { name: '$254k' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show as chart' }));
    expect(screen.getByRole('img', { name: scene.alt })).toBeTruthy();
  });

  it('says so when there is nothing to draw', () => {
    render(Chart, { scene: undefined, label: 'Value by year', none: 'Enter two offers first.' });
    expect(screen.getByText('Enter two offers first.')).toBeTruthy();
  });
});

describe('stepping', () => {
  it('reads the nearest series where the current one has a gap', () => {
    expect(step(marks, marks[1], 'ArrowRight')).toBe(marks[2]);
  });
  it('knows no way in a chart without points, and none for other keys', () => {
    expect(step([], undefined, 'ArrowRight')).toBeUndefined();
    expect(step(marks, marks[0], 'a')).toBeUndefined();
  });
  it('finds the point under the pointer by x first', () => {
    expect(nearest(marks, 108, 0)).toBe(marks[1]);
    expect(nearest(marks, 101, 500)).toBe(marks[0]);
    // Two lines at one x: the nearer by y.
    const lines = [mark(0, 'a', '1', 50, 10), mark(0, 'b', '2', 50, 90)];
    expect(nearest(lines, 52, 80)).toBe(lines[1]);
  });
});

describe('a picture', () => {
  const wrap = (inner: string, attributes = '') =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`;

  it('keeps drawing and text, and makes ids its own', () => {
    const made = picture(
      wrap('<defs><pattern id="p"><path d="M0 0"/></pattern></defs><rect fill="url(#p)"/><text>A &amp; B</text>'),
      'c1-',
    );
    expect(made?.querySelector('pattern')?.id).toBe('c1-p');
    expect(made?.querySelector('rect')?.getAttribute('fill')).toBe('url(#c1-p)');
    expect(made?.querySelector('text')?.textContent).toBe('A & B');
  });

  it('drops all that could act, load or restyle', () => {
    const made = picture(
      wrap(
        '<script>alert(1)</script><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x"/></body></foreignObject>' +
          '<a href="javascript:alert(1)"><text>link</text></a><image href="http://127.0.0.1/x"/>' +
          '<use href="http://127.0.0.1/#x"/><use xlink:href="http://127.0.0.1/#x"/><set attributeName="onload" to="1"/>' +
          '<rect onclick="alert(1)" style="fill:red" fill="url(http://127.0.0.1/)"/><style>*{}</style>',
        'onload="alert(1)" style="color:red"',
      ),
      'c-',
    );
    const text = made?.outerHTML ?? '';
    expect(made).toBeDefined();
    for (const bad of ['script', 'foreignObject', 'javascript', 'http://127', 'onclick', 'onload', 'style', 'image', '<set']) {
      expect(text).not.toContain(bad);
    }
  });

  it('is nothing when the text is no SVG', () => {
    expect(picture('<p>no</p>', 'c-')).toBeUndefined();
    expect(picture('<svg xmlns="http://www.w3.org/2000/svg"><rect</svg>', 'c-')).toBeUndefined();
  });
});
