/** The professionals' pages. They work without this file: htmx brings the news in, and what is here says so aloud. */
import 'htmx.org';
import { announceNewQuestions } from './announce';
import { watchConnection } from './connection';
import { followConversation } from './conversation';
import { guardDraft } from './draft';
import { keepFocus } from './focus';
import { sendWithKeyboard } from './keyboard';
import './workspace.css';

announceNewQuestions();
followConversation();
guardDraft();
keepFocus();
sendWithKeyboard();
watchConnection();
