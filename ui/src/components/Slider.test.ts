import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import Slider from './Slider.svelte';

function slider(more: Record<string, unknown> = {}) {
  const oninput = vi.fn();
  const onchange = vi.fn();
  render(Slider, {
    key: 'growth',
    label: 'Share price',
    value: '8',
    min: -50,
    max: 80,
    format: (plain: string) => `${plain} % a year`,
    note: 'flips at 24 %',
    oninput,
    onchange,
    ...more,
  });
  return {
    oninput,
    onchange,
    track: screen.getByRole<HTMLInputElement>('slider'),
    field: screen.getByRole<HTMLInputElement>('textbox', { name: 'Share price, as a number' }),
  };
}

describe('a slider', () => {
  it('says its value and where the answer flips in words', () => {
    const { track, field } = slider();
    expect(screen.getByTestId('slider-growth')).toBeTruthy();
    expect(track.getAttribute('aria-valuetext')).toBe('8 % a year');
    expect(document.getElementById(track.getAttribute('aria-describedby') ?? '')?.textContent).toBe('flips at 24 %');
    expect(field.value).toBe('8 % a year');
  });

  it('reports every move, and the end of it', async () => {
    const { oninput, onchange, track, field } = slider();
    await fireEvent.input(track, { target: { value: '9' } });
    await fireEvent.input(track, { target: { value: '10' } });
    expect(oninput.mock.calls).toEqual([['9'], ['10']]);
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.change(track, { target: { value: '10' } });
    expect(onchange).toHaveBeenCalledExactlyOnceWith('10');
    expect(field.value).toBe('10 % a year');
  });

  it('moves ten steps with Shift and stops at its ends', async () => {
    const { oninput, track } = slider({ step: 0.5 });
    await fireEvent.keyDown(track, { key: 'ArrowRight', shiftKey: true });
    expect(oninput).toHaveBeenLastCalledWith('13.0');
    for (let i = 0; i < 20; i++) await fireEvent.keyDown(track, { key: 'ArrowDown', shiftKey: true });
    expect(oninput).toHaveBeenLastCalledWith('-50.0');
  });

  it('takes a written number exactly, and refuses one outside with the reason', async () => {
    const { oninput, onchange, field } = slider();
    await userEvent.click(field);
    expect(field.value).toBe('8');
    await userEvent.clear(field);
    await userEvent.type(field, '12,25 %{Enter}');
    expect(onchange).toHaveBeenLastCalledWith('12.25');
    await userEvent.clear(field);
    await userEvent.type(field, '900{Enter}');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('alert').textContent).toBe('Write a number from -50 % a year to 80 % a year.');
    expect(oninput).toHaveBeenLastCalledWith('12.25');
    await userEvent.tab();
    expect(field.value).toBe('12.25 % a year');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('drops what was written on Escape', async () => {
    const { oninput, field } = slider();
    await userEvent.click(field);
    await userEvent.clear(field);
    await userEvent.type(field, '50{Escape}');
    await userEvent.tab();
    expect(oninput).not.toHaveBeenCalled();
    expect(field.value).toBe('8 % a year');
  });
});
