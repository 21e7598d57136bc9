import button from '@nl-design-system-candidate/button-css/button.css?inline';
import link from '@nl-design-system-candidate/link-css/link.css?inline';
import alert from '@utrecht/alert-css/dist/index.css?inline';
import textarea from '@utrecht/textarea-css/dist/index.css?inline';
import { unsafeCSS } from 'lit';
import composer from './composer.css?inline';
import own from './element.css?inline';
import messages from './messages.css?inline';

/** NL Design System's components first, then what is ours. Colours and sizes are design tokens, inherited from the page. */
export const styles = [button, link, alert, textarea, messages, composer, own].map(unsafeCSS);
