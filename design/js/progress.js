// <div data-progress="/address/">: asks for the page again every two seconds and shows the new state of the same element.
// When the element is no longer marked, the work is done. Without script the page offers a link to look again.
export function progress () {
  const id = document.querySelector('[data-progress]')?.id
  if (id) setTimeout(() => look(id, 2000), 2000)
}

async function look (id, wait) {
  const now = document.getElementById(id)
  try {
    const answer = await fetch(now.dataset.progress || window.location.href, { credentials: 'same-origin' })
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const next = page.getElementById(id)
      if (!next?.hasAttribute('data-progress')) return window.location.reload()
      now.replaceChildren(...next.childNodes)
      wait = 2000
    }
  } catch {
    wait = Math.min(wait * 2, 30000)
  }
  setTimeout(() => look(id, wait), wait)
}
