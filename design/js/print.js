// <button data-print hidden>: shown only where a script can print.
export function printButtons () {
  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false
    button.addEventListener('click', () => window.print())
  }
}
