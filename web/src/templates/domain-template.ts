import type { Template as DomainTemplate } from '../../../src/domain/template/template.ts'
import type { Template } from './api.ts'

/** As the rules of the house read it, so that what is shown here is what the server would send, to the letter. */
export function domainTemplate({
  name,
  language,
  category,
  status,
  quality,
  parameterFormat,
  components,
}: Pick<
  Template,
  'name' | 'language' | 'category' | 'status' | 'quality' | 'parameterFormat' | 'components'
>): DomainTemplate {
  return {
    // They are not looked at by what reads and fills a template.
    id: '' as DomainTemplate['id'],
    channelId: '' as DomainTemplate['channelId'],
    providerId: null,
    name,
    language,
    category,
    status,
    quality,
    parameterFormat,
    components,
  }
}
