import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { register } from '../shortcuts/index.svelte';
import DataTable from './DataTable.svelte';
import Palette from './Palette.svelte';
import Sentence from './Sentence.svelte';
import Tabs from './Tabs.svelte';

describe('tabs', () => {
  it('are one stop of Tab and move by arrow keys', async () => {
    const onchange = vi.fn();
    const children = createRawSnippet<[string]>((value) => ({ render: () => `<p>view ${value()}</p>` }));
    const tabs = ['a', 'b', 'c'].map((id) => ({ id, label: id.toUpperCase() }));
    render(Tabs<string>, { label: 'Views', tabs, value: 'a', onchange, children });
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'A' }));
    await userEvent.keyboard('{ArrowLeft}');
    expect(onchange).toHaveBeenLastCalledWith('c');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'C', selected: true }));
    await userEvent.keyboard('{Home}');
    expect(onchange).toHaveBeenLastCalledWith('a');
    const stops = screen.getAllByRole('tab').filter((tab) => tab.tabIndex === 0);
    expect(stops.map((tab) => tab.textContent?.trim())).toEqual(['A']);
  });
});

describe('a table of figures', () => {
  it('has row and column heads, a claim beside what is counted, and asks why', async () => {
    const onwhy = vi.fn();
    const columns = [{ key: 'n', label: 'Northwind', series: 1 }];
    const rows = [
      { key: 't', label: 'Tokens', cells: { n: { text: '$18,400', claim: '$1,000,000' } } },
      { key: 'h', label: 'Box', cells: {} },
    ];
    render(DataTable, { caption: 'Four years', head: 'Part', columns, rows, onwhy });
    expect(screen.getByRole('columnheader', { name: 'Northwind' })).toBeTruthy();
    const row = screen.getByRole('row', { name: /Tokens/ });
    const why = within(row).getByRole('button');
    expect(why.getAttribute('aria-label')).toBe(
      'claimed $1,000,000, counted $18,400. Why this number? Tokens, Northwind.',
    );
    await userEvent.click(why);
    expect(onwhy).toHaveBeenCalledExactlyOnceWith(rows[0], columns[0]);
    expect(within(screen.getByRole('row', { name: /Box/ })).getByText('none')).toBeTruthy();
  });
});

describe('a sentence', () => {
  it('stresses its figures and shows markup in a name as text', () => {
    render(Sentence, {
      segments: [
        { text: '<b onmouseover="x">Fjord</b>', strong: true },
        { text: ' leads.', strong: false },
      ],
    });
    const heading = screen.getByRole('heading', { level: 1 });
    expect(heading.textContent).toBe('<b onmouseover="x">Fjord</b> leads.');
    expect(heading.querySelectorAll('strong')).toHaveLength(1);
    expect(heading.querySelector('b')).toBeNull();
  });
});

describe('the palette', () => {
  it('finds a command by a few letters and does it after it has closed', async () => {
    const run = vi.fn();
    const forget = register([
      { id: 'x.other', label: 'Go to Offers', run: vi.fn() },
      { id: 'x.dark', label: 'Use dark colours', run },
    ]);
    render(Palette, { open: true });
    const field = await screen.findByRole('combobox');
    expect(field.getAttribute('aria-activedescendant')).toBeTruthy();
    await userEvent.type(field, 'dark');
    expect(screen.getAllByRole('option').map((option) => option.textContent?.trim())).toEqual(['Use dark colours']);
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce());
    await vi.waitFor(() => expect(screen.queryByRole('combobox')).toBeNull());
    forget();
  });
});
