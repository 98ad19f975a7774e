// <button data-fill-login="..." data-fill-password="...">: fills the boxes of these names in the page's first form.
export function fillButtons () {
  for (const button of document.querySelectorAll('[data-fill-login]')) {
    button.addEventListener('click', () => {
      const form = document.querySelector('main form')
      form.elements.login.value = button.dataset.fillLogin
      form.elements.password.value = button.dataset.fillPassword
      form.querySelector('button:not([type="button"])').focus()
    })
  }
}
