// Five minutes before an idle session ends the page says so and offers to stay. Other tabs count as activity too.
// Without script nothing is lost either: what was typed is kept for an hour and comes back after signing in.
const SEEN = 'portal-seen'
const WARN_BEFORE = 5 * 60

export function sessionWarning () {
  const dialog = document.querySelector('dialog[data-session-seconds]')
  if (!dialog) return
  const idle = Number(dialog.dataset.sessionSeconds)
  const seen = () => localStorage.setItem(SEEN, String(Date.now()))
  const left = () => idle - (Date.now() - Number(localStorage.getItem(SEEN))) / 1000
  seen()
  setInterval(() => {
    if (left() > WARN_BEFORE) {
      if (dialog.open) dialog.close()
    } else if (!dialog.open) {
      dialog.showModal()
    }
  }, 15000)
  dialog.addEventListener('close', async () => {
    const answer = await fetch(dialog.dataset.stay, { credentials: 'same-origin', redirect: 'manual' })
    if (answer.ok) seen()
  })
}
