/** The professionals' pages. They work without this file: htmx brings the news in, and what is here says so aloud. */
import 'htmx.org';
import { watchAlarms } from './alarm';
import { announceNewQuestions } from './announce';
import { offerChoices } from './choices';
import { watchConnection } from './connection';
import { followConversation } from './conversation';
import { guardDraft } from './draft';
import { keepFocus } from './focus';
import { sendWithKeyboard } from './keyboard';
import { listenForNews } from './news';
import './workspace.css';

announceNewQuestions();
followConversation();
guardDraft();
keepFocus();
listenForNews();
offerChoices();
sendWithKeyboard();
watchAlarms();
watchConnection();
