// On phones the navigation folds behind a "Menu" button. Without script it stays open.
export function menu () {
  const button = document.querySelector('.places__toggle')
  if (!button) return
  const list = document.getElementById(button.getAttribute('aria-controls'))
  const narrow = window.matchMedia('(max-width: 40.0525em)')
  const show = open => {
    button.setAttribute('aria-expanded', String(open))
    list.hidden = narrow.matches && !open
  }
  button.hidden = false
  button.addEventListener('click', () => show(button.getAttribute('aria-expanded') !== 'true'))
  narrow.addEventListener('change', () => show(false))
  show(false)
}
