// Behaviour that makes the pages easier; every page works without it.
import { createAll } from 'govuk-frontend/dist/govuk/init.mjs'
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { ExitThisPage } from 'govuk-frontend/dist/govuk/components/exit-this-page/exit-this-page.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
import { fillButtons } from './js/fill.js'
import { menu } from './js/menu.js'
import { printButtons } from './js/print.js'
import { progress } from './js/progress.js'
import { sessionWarning } from './js/session.js'
import { scrollBoxes } from './js/scroll-boxes.js'
import { weights } from './js/weights.js'

document.documentElement.classList.add('with-script')
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

createAll(Button, { preventDoubleClick: true })
for (const component of [CharacterCount, Checkboxes, ErrorSummary, ExitThisPage, PasswordInput, Radios, SkipLink]) createAll(component)
for (const start of [fillButtons, menu, printButtons, progress, scrollBoxes, sessionWarning, weights]) start()
for (const hidden of document.querySelectorAll('.needs-script')) hidden.hidden = false
