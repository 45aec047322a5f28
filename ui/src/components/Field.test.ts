import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Finding } from '../bindings';
import { focusField } from '../state/findings.svelte';
import DateField from './DateField.svelte';
import FindingSummary from './FindingSummary.svelte';
import MoneyField from './MoneyField.svelte';
import SelectField from './SelectField.svelte';

const negative: Finding = {
  path: 'offers/0/base',
  severity: 'error',
  id: 'amount.negative',
  message: 'Base pay cannot be negative.',
  fix: 'Write it without the minus sign.',
  leftOut: 'all pay of Northwind',
};

const described = (field: HTMLElement) =>
  (field.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent?.trim())
    .join(' | ');

describe('a field', () => {
  it('keeps the text as typed and reports it', async () => {
    const oninput = vi.fn();
    const onchange = vi.fn();
    render(MoneyField, { path: 'offers/0/base', label: 'Base pay', value: '', currency: 'USD', oninput, onchange });
    const field = screen.getByLabelText<HTMLInputElement>('Base pay');
    await userEvent.type(field, ' $182k x');
    expect(field.value).toBe(' $182k x');
    expect(oninput).toHaveBeenLastCalledWith(' $182k x');
    expect(onchange).not.toHaveBeenCalled();
    await userEvent.tab();
    expect(onchange).toHaveBeenCalledExactlyOnceWith(' $182k x');
  });

  it('is described by its hint and by what is wrong with it', () => {
    const props = { path: 'offers/0/base', label: 'Base pay', value: '-1', currency: 'USD', hint: 'Before tax.' };
    render(MoneyField, { ...props, finding: negative });
    const field = screen.getByLabelText('Base pay');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(described(field)).toBe(
      'Before tax. | Problem: Base pay cannot be negative. Write it without the minus sign.',
    );
  });

  it('is not called wrong because of a warning', () => {
    render(DateField, { path: 'start', label: 'Start', value: '2027-01-15', finding: { ...negative, severity: 'warning' } });
    expect(screen.getByLabelText('Start').hasAttribute('aria-invalid')).toBe(false);
  });

  it('waits with a new finding until it is left', async () => {
    const props = { path: 'offers/0/base', label: 'Base pay', value: '', currency: 'USD' };
    const { rerender } = render(MoneyField, props);
    const field = screen.getByLabelText('Base pay');
    await userEvent.click(field);
    await rerender({ ...props, finding: negative });
    expect(field.hasAttribute('aria-invalid')).toBe(false);
    await userEvent.tab();
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it('shows a value that its list does not know', () => {
    render(SelectField, { path: 'roll', label: 'Unused', value: 'odd', notSaid: 'notSaid', options: [{ value: 'full', label: 'Rolls over' }] });
    const field = screen.getByLabelText<HTMLSelectElement>('Unused');
    expect(field.value).toBe('odd');
    expect([...field.options].map((option) => option.text)).toEqual(['Not said', 'odd', 'Rolls over']);
  });
});

describe('the summary', () => {
  it('leads to the field, or to the nearest thing around it', async () => {
    render(MoneyField, { path: 'offers/0/base', label: 'Base pay', value: '-1', currency: 'USD' });
    render(FindingSummary, { findings: [negative, { ...negative, path: 'offers/0/base/deeper', id: 'other' }] });
    const links = screen.getAllByRole('link', { name: 'Base pay cannot be negative.' });
    for (const link of links) {
      await userEvent.click(link);
      expect(document.activeElement).toBe(screen.getByLabelText('Base pay'));
    }
    expect(focusField('nowhere')).toBe(false);
  });
});
