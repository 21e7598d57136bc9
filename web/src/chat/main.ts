import './page.css';
import './element.ts';
